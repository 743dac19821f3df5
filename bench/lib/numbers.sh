# shellcheck shell=bash
# What the table of ratios computes: each reads numbers from stdin, one on a line.

column() { awk -v n="$1" '{print $n}'; }
ratios() { awk '{print $1 / $2}'; }
median() { sort -g | awk '{v[NR] = $1} END {print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2}'; }
lowest() { sort -g | head -n 1; }
highest() { sort -g | tail -n 1; }
