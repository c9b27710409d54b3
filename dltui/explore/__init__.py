"""The arithmetic behind everything a learner can turn and press. Start one by name: `registry.start`."""
