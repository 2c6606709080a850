"""The ledger: an append-only Merkle log of every act, so that anyone can prove that nothing was taken away. Knows no subject."""

from forum.ledger import models as models
