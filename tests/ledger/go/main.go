// Command verify checks a forum's ledger with code that nobody of the forum wrote: the signed notes and the Merkle trees
// are those of Go's checksum database (golang.org/x/mod/sumdb). What stands here is only the fetching, and the C2SP
// names and formats, which are younger than that library.
//
//	verify BASE KEYFILE [PINNED_CHECKPOINT]    the log served under BASE/ledger
//	verify --receipt FILE KEYFILE              one receipt, offline
//
// It prints "ok SIZE ROOT" and leaves with 0, or one line that says what is wrong and leaves with 1.
package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"io"
	"math/rand"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// How many hashes stand in a tile: 2 to the height.
const height, width = 8, 256

func main() {
	var tree tlog.Tree
	switch args := os.Args[1:]; {
	case len(args) == 3 && args[0] == "--receipt":
		tree = checkReceipt(read(args[1]), readKey(args[2]))
	case len(args) == 2 && args[0] != "--receipt":
		tree = checkLog(args[0], readKey(args[1]), tlog.Tree{})
	case len(args) == 3:
		tree = checkLog(args[0], readKey(args[1]), openCheckpoint("the pinned checkpoint", read(args[2]), readKey(args[1])))
	default:
		fail("usage: verify BASE KEYFILE [PINNED_CHECKPOINT] | verify --receipt FILE KEYFILE")
	}
	fmt.Println("ok", tree.N, tree.Hash)
}

// fail ends the program with one line, whatever a server put into the message: scripts rely on it.
func fail(format string, args ...any) {
	fmt.Fprintln(os.Stderr, strings.Join(strings.Fields(fmt.Sprintf(format, args...)), " "))
	os.Exit(1)
}

// need fails with what was being done when there is an error.
func need(err error, doing string, args ...any) {
	if err != nil {
		fail("%s: %v", fmt.Sprintf(doing, args...), err)
	}
}

func read(file string) string {
	raw, err := os.ReadFile(file)
	need(err, "cannot read")
	return string(raw)
}

// readKey takes the key from a file, never from the server: who signs is what the reader knows beforehand.
func readKey(file string) note.Verifier {
	key, err := note.NewVerifier(strings.TrimSpace(read(file)))
	need(err, "the key in %s", file)
	return key
}

// checkLog reads the whole log. The order matters: nothing is believed before what stands above it is proved.
func checkLog(base string, key note.Verifier, pinned tlog.Tree) tlog.Tree {
	from := &site{base: strings.TrimRight(base, "/") + "/ledger/", known: map[tlog.Tile][]byte{}}
	tree := openCheckpoint("the checkpoint", string(from.get("checkpoint")), key)
	if pinned.N > tree.N {
		fail("rolled back: %d entries were pinned, %d are left", pinned.N, tree.N)
	}
	if tree.N == 0 {
		// The library calls an empty tree's hash all zeros; RFC 6962 and C2SP say SHA-256 of nothing.
		if tree.Hash != sha256.Sum256(nil) {
			fail("the root of an empty log is wrong")
		}
		return tree
	}
	hashes := tlog.TileHashReader(tree, from)
	_, err := tlog.TreeHash(tree.N, hashes) // the reader compares the root itself
	need(err, "the tiles do not give the root")
	// Before the entries: that history was changed says more than which of them was.
	if pinned.N > 0 {
		proof, err := tlog.ProveTree(tree.N, pinned.N, hashes)
		need(err, "no proof that the pinned checkpoint begins this log")
		need(tlog.CheckTree(proof, tree.N, tree.Hash, pinned.N, pinned.Hash),
			"history was changed: the pinned checkpoint of %d entries does not begin this log", pinned.N)
	}
	leaves := checkEntries(from, tree, hashes)
	rand.Seed(time.Now().UnixNano()) // Go 1.19 would draw the same ones every time
	tries := rand.Perm(len(leaves))
	if len(tries) > 2000 {
		tries = tries[:200] // a proof is slow to make, and all hashes have been compared
	}
	for _, n := range tries {
		proof, err := tlog.ProveRecord(tree.N, int64(n), hashes)
		need(err, "no proof of entry %d", n)
		need(tlog.CheckRecord(proof, tree.N, tree.Hash, int64(n), leaves[n]), "the proof of entry %d", n)
	}
	return tree
}

// checkEntries compares every entry with the tree's lowest hashes. Then it makes all tiles from the entries once more, for
// before x/mod 0.40 TileHashReader lets some forged tiles pass (CVE-2026-56865); Debian 12 has 0.7. Returns leaf hashes.
func checkEntries(from *site, tree tlog.Tree, hashes tlog.HashReader) (leaves []tlog.Hash) {
	stored, indexes := []tlog.Hash{}, []int64{}
	own := tlog.HashReaderFunc(func(indexes []int64) (found []tlog.Hash, _ error) {
		for _, index := range indexes {
			found = append(found, stored[index])
		}
		return found, nil
	})
	for first := int64(0); first < tree.N; first += width {
		count := tree.N - first
		if count > width {
			count = width
		}
		// The library calls entries "data" and has level -1 for them; C2SP says "entries".
		name := path(tlog.Tile{H: height, L: -1, N: first / width, W: int(count)})
		raw := from.get(strings.Replace(name, "data", "entries", 1))
		for n := first; n < first+count; n++ {
			if len(raw) < 2 || len(raw)-2 < int(binary.BigEndian.Uint16(raw)) {
				fail("a bundle is cut off: entry %d is not whole", n)
			}
			end := 2 + int(binary.BigEndian.Uint16(raw))
			leaves = append(leaves, tlog.RecordHash(raw[2:end]))
			made, _ := tlog.StoredHashesForRecordHash(n, leaves[n], own) // its errors are those of our reader: none
			stored, raw = append(stored, made...), raw[end:]
			indexes = append(indexes, tlog.StoredHashIndex(0, n))
		}
		if len(raw) > 0 {
			fail("a bundle has more than its entries from %d on", first)
		}
	}
	expected, err := hashes.ReadHashes(indexes)
	need(err, "the tiles do not give the root")
	for n, hash := range expected {
		if leaves[n] != hash {
			fail("entry %d is not the one in the tree", n)
		}
	}
	for tile, raw := range from.known {
		if data, err := tlog.ReadTileData(tile, own); err != nil || !bytes.Equal(data, raw) {
			fail("the entries do not give %s: an entry was altered together with its hash", path(tile))
		}
	}
	return leaves
}

// openCheckpoint reads a signed C2SP checkpoint; tlog.ParseTree reads only the checksum database's own first line.
func openCheckpoint(what, raw string, key note.Verifier) (tree tlog.Tree) {
	opened, err := note.Open([]byte(raw), note.VerifierList(key))
	need(err, what)
	lines := strings.Split(opened.Text, "\n")
	// The name too: else a key that signs for two logs could pass one off as the other.
	if len(lines) < 4 || lines[0] != key.Name() {
		fail("%s is none of %s but of %q", what, key.Name(), lines[0])
	}
	tree.N = decimal(what, lines[1])
	tree.Hash, err = tlog.ParseHash(lines[2])
	need(err, what)
	return tree
}

// decimal refuses signs and leading zeros: a number has one way to be written. And sizes in whose sums the library overflows.
func decimal(what, text string) int64 {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 || n >= 1<<48 || strconv.FormatInt(n, 10) != text {
		fail("%s: %q is no size or index", what, text)
	}
	return n
}

// checkReceipt reads a c2sp.org/tlog-proof file, whose "extra" is the entry itself here.
func checkReceipt(raw string, key note.Verifier) tlog.Tree {
	head, checkpoint, _ := strings.Cut(raw, "\n\n") // the path's lines are never empty
	lines := strings.Split(head, "\n")
	if len(lines) < 3 || lines[0] != "c2sp.org/tlog-proof@v1" ||
		!strings.HasPrefix(lines[1], "extra ") || !strings.HasPrefix(lines[2], "index ") {
		fail("the receipt has no version, entry and index")
	}
	entry, err := base64.StdEncoding.DecodeString(lines[1][len("extra "):])
	need(err, "the receipt's entry")
	index := decimal("the receipt's index", lines[2][len("index "):])
	var proof tlog.RecordProof
	for _, line := range lines[3:] {
		hash, err := tlog.ParseHash(line)
		need(err, "the receipt's path")
		proof = append(proof, hash)
	}
	tree := openCheckpoint("the receipt's checkpoint", checkpoint, key)
	need(tlog.CheckRecord(proof, tree.N, tree.Hash, index, tlog.RecordHash(entry)), "the receipt's entry is not in the log")
	return tree
}

// site reads a log over HTTP; it is the tlog.TileReader. Only tiles that were proved are kept, as SaveTiles says.
type site struct {
	base  string
	known map[tlog.Tile][]byte
}

// A way to the sign-in page is no file of a log: redirects are not followed, but refused as what they are.
var client = http.Client{
	Timeout:       30 * time.Second,
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

func (s *site) get(name string) []byte {
	answer, err := client.Get(s.base + name)
	need(err, "cannot fetch")
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		fail("%s: %s", name, answer.Status)
	}
	raw, err := io.ReadAll(io.LimitReader(answer.Body, width*(2+65535)+1)) // no server is to fill our memory
	need(err, "%s", name)
	return raw
}

// path turns the library's tile/8/0/x001/234 into C2SP's tile/0/x001/234: there, all tiles are of height 8.
func path(tile tlog.Tile) string {
	return strings.Replace(tile.Path(), fmt.Sprintf("tile/%d/", height), "tile/", 1)
}

func (s *site) Height() int { return height }
func (s *site) ReadTiles(tiles []tlog.Tile) (data [][]byte, _ error) {
	for _, tile := range tiles {
		raw, known := s.known[tile]
		if !known {
			raw = s.get(path(tile))
		}
		data = append(data, raw)
	}
	return data, nil
}

func (s *site) SaveTiles(tiles []tlog.Tile, data [][]byte) {
	for i, tile := range tiles {
		s.known[tile] = data[i]
	}
}
