"""What the pages of the desk show and do, without HTML.  What may be done, the actions say."""
