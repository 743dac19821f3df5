# shellcheck shell=bash
# Finds clang's tools. Debian 12's version is the one whose formatting counts: another one breaks lines elsewhere.

# clang_tool NAME: prints NAME-14 where it is there, NAME otherwise.
clang_tool() {
  if command -v "$1-14" >/dev/null; then
    echo "$1-14"
  else
    echo "$1"
  fi
}
