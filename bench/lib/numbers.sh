# shellcheck shell=bash
# What the table of ratios computes: each reads numbers from stdin, one on a line.

column() { awk -v n="$1" '{print $n}'; }
ratios() { awk '{print $1 / $2}'; }
median() { sort -g | awk '{v[NR] = $1} END {print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2}'; }
lowest() { sort -g | head -n 1; }
highest() { sort -g | tail -n 1; }
# percentile N: of the sorted numbers on stdin, microseconds, in milliseconds.
percentile() { awk -v p="$1" '{v[NR] = $1} END {printf "%.1f", v[int((NR - 1) * p / 100) + 1] / 1000}'; }
