"""The data with which the page lets people begin: an invented claim with several mistakes."""

from typing import Final

from diaspora_influence.terms import PREFIXES

HEAD: Final = "".join(f"@prefix {name}: <{PREFIXES[name]}> .\n" for name in ("dio", "claim", "id", "rdfs"))
EXAMPLE: Final = f"""{HEAD}
id:example-league a dio:Organization ;
    rdfs:label "Example League"@eng .

claim:example-league-created-by-example-palace a dio:CreationClaimm, dio:Claim ;
    rdfs:label "The Example Palace created the Example League"@en ;
    dio:claimSubject id:example-league ;
    dio:claimPredicate dio:createdBy ;
    dio:claimObject id:example-palace ;
    dio:certainty dio:certain .
"""
