"""Pictures and files of posts: taken in, made harmless, kept by their content, shown to whoever may read the post."""
