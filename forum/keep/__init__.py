"""What a reader keeps: bookmarks with a note to self, and addresses of feeds. Shows nobody what others keep."""
