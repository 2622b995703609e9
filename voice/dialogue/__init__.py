"""From an utterance to a reply: the line, its playbooks, rules, slots, tools and knowledge."""
