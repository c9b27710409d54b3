"""The gradient checker: is this gradient right, which element is not, by how much, and why.

    from dltui.gradcheck import check
    report = check(model, (x,))
    report.assert_ok()

Depends on torch alone. `dltui.gradcheck.render` draws a report with rich.
"""

from dltui.gradcheck.check import check
from dltui.gradcheck.curve import Curve, Rung, ladder
from dltui.gradcheck.rehearsal import Unusable
from dltui.gradcheck.report import Element, GradientReport, Hint, TensorReport
from dltui.gradcheck.taylor import Taylor, taylor

__all__ = [
    "Curve", "Element", "GradientReport", "Hint", "Rung", "Taylor", "TensorReport", "Unusable",
    "check", "ladder", "taylor",
]  # fmt: skip
