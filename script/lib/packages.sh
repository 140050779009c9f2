# shellcheck shell=bash
# Asks the system's package manager for what is missing, and only for that.

apt_lists_are_fresh=

# as_root COMMAND...: directly, or by sudo where that needs no password prompt to be answered by a script.
as_root() {
  if ((EUID == 0)); then
    "$@"
  else
    sudo "$@"
  fi
}

can_be_root() {
  ((EUID == 0)) || command -v sudo >/dev/null
}

# is_there PROBE: a command on the PATH, or, with a slash in it, a path that may hold wildcards.
is_there() {
  case $1 in
    */*) compgen -G "$1" >/dev/null ;;
    *) command -v "$1" >/dev/null ;;
  esac
}

package_is_known() {
  [[ -n $(apt-cache --quiet=2 policy "$1" 2>/dev/null | sed -n 's/^ *Candidate: *\([^(].*\)$/\1/p') ]]
}

apt_get() {
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=600 -y -qq "$@"
}

refresh_package_lists() {
  [[ -z $apt_lists_are_fresh ]] || return 0
  quietly "refreshing the package lists" apt_get update ||
    say "The package lists could not be refreshed; trying with those that are there."
  apt_lists_are_fresh=yes
}

# need_packages PROBE=PACKAGE[|OTHER-PACKAGE]...: installs the packages whose probe finds nothing. Of alternatives, the first that apt knows.
need_packages() {
  local pair probe alternatives candidate chosen missing=()
  for pair in "$@"; do
    if ! is_there "${pair%%=*}"; then missing+=("$pair"); fi
  done
  ((${#missing[@]})) || return 0

  command -v apt-get >/dev/null ||
    fail "These are missing, and there is no apt-get to install them: ${missing[*]%%=*}" \
      "Install what provides them (on Debian: ${missing[*]#*=}) and run this again."
  can_be_root ||
    fail "These packages are missing, and installing them takes root: ${missing[*]#*=}" \
      "Run this as root, or ask for: apt-get install ${missing[*]#*=}"

  refresh_package_lists
  local packages=()
  for pair in "${missing[@]}"; do
    IFS='|' read -ra alternatives <<<"${pair#*=}"
    chosen=${alternatives[0]}
    for candidate in "${alternatives[@]}"; do
      if package_is_known "$candidate"; then
        chosen=$candidate
        break
      fi
    done
    packages+=("$chosen")
  done
  say "Installing ${packages[*]}"
  quietly "installing ${packages[*]}" apt_get install --no-install-recommends "${packages[@]}" ||
    fail "apt-get could not install: ${packages[*]}" "Its last words are above; put that right and run this again."

  for pair in "${missing[@]}"; do
    probe=${pair%%=*}
    hash -r
    is_there "$probe" || fail "$probe is still missing after installing ${packages[*]}."
  done
}
