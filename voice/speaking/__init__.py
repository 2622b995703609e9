"""From a reply to audio at the caller's ear, and the knowledge of what was really played."""
