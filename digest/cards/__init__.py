"""The pictures beside a link where people share it: made here, once for what they say."""
