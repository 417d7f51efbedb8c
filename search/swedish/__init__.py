"""What a Swedish text says, as terms that can be looked up; and what somebody who typed a few words may have meant.

The same analysis is used for texts and for queries. Synonyms, joined words and spellings are the query's alone, so an
educator's new synonym needs no new index.
"""
