#!/usr/bin/env python3
"""Writes the reference values that the tests compare against, with PyTorch as the authority.

Install:  Debian and Ubuntu: apt install python3-torch      elsewhere: pip install "torch>=1.13"
Run:      python3 tests/golden/generate.py                  (from the repository root; seconds)

Writes layers.json, losses.json, optimisers.json, tensors.json and printing.json beside this file. The values in the
repository come from PyTorch 1.13. Inputs come from a fixed integer recurrence, not from a library's generator, so any later
version gives the same inputs. A test that disagrees with a file is evidence to look into: the files are not
written again to make a test pass.

A tensor is {"dtype", "shape", "data"} with its elements in row-major order; the numbers that JSON lacks are the strings
"NaN", "Infinity" and "-Infinity".
"""

import warnings

import torch

import layers
import losses
import optimisers
import printing
import tensors
from encoding import write

if __name__ == "__main__":
    warnings.simplefilter("ignore")   # deprecations of the options that the cases use on purpose
    torch.set_num_threads(1)
    write("layers.json", layers.cases())
    write("losses.json", losses.cases())
    write("optimisers.json", optimisers.cases())
    write("tensors.json", tensors.cases())
    write("printing.json", printing.cases())
