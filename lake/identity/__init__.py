"""Who the persons behind the pseudonyms are, sealed under the key of the environment, and the record of who looked."""
