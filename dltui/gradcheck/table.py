"""The columns of a tensor report while they are filled."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from dltui.gradcheck.report import TensorReport
from dltui.gradcheck.verdicts import UNCHECKED, Judged


@dataclass
class Table:
    """Columns of a tensor report, flat float64, filled step by step."""

    analytic: Tensor
    numeric: Tensor
    error: Tensor
    step: Tensor
    code: Tensor
    tolerance: Tensor
    right: Tensor
    left: Tensor

    @classmethod
    def of(cls, gradient: Tensor) -> Table:
        analytic = gradient.detach().reshape(-1).double()
        unknown = torch.full_like(analytic, torch.nan)
        code = torch.full_like(analytic, UNCHECKED, dtype=torch.uint8)
        numeric, error, step, tolerance, right, left = (unknown.clone() for _ in range(6))
        return cls(analytic, numeric, error, step, code, tolerance, right, left)

    def put(self, index: Tensor, judged: Judged) -> None:
        self.numeric[index], self.error[index], self.step[index] = judged.numeric, judged.error, judged.step
        self.code[index] = judged.code.to(torch.uint8)
        self.right[index], self.left[index] = judged.right, judged.left

    def report(self, name: str, shape: torch.Size) -> TensorReport:
        columns = (self.analytic, self.numeric, self.error, self.step, self.code, self.tolerance)
        return TensorReport(name, *(column.view(shape).cpu() for column in columns))
