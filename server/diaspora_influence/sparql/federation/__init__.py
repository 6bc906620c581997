"""SERVICE for origins that the operator allows: fetched outside the engine, joined as rows of VALUES."""
