"""The gradient view: backpropagation held against finite differences, element by element."""
