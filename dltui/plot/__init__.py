"""Drawing with characters: charts, pictures, heat maps, formulas. Every drawing is a grid of cells or plain text."""
