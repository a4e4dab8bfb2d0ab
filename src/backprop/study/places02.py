"""The sections of chapter 2 to which its exercises send a reader."""

CHAPTER = "02_chain_rule"
BY_HAND = (CHAPTER, "By hand")
GRAPH = (CHAPTER, "A program is a graph")
OPENING = (CHAPTER, "A chain: the opening question")
GATES = (CHAPTER, "What each kind of gate does")
FORK = (CHAPTER, "Forks add")
ORDER = (CHAPTER, "The order of the sweep")
COUNT = (CHAPTER, "All paths against one sweep")
NEURONS = (CHAPTER, "A chain of neurons")
CODE = (CHAPTER, "The same in code")
WRONG = (CHAPTER, "What people get wrong")
