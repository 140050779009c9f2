# shellcheck shell=bash
# Finds (or fetches) the JDK and the Maven the build runs with.

OLDEST_JDK=21

# jdk_version HOME: the feature version of a JDK with a compiler, nothing otherwise.
jdk_version() {
  local home=$1 version
  [[ -x $home/bin/javac && -x $home/bin/java ]] || return 0
  # The release file answers at once; starting a JVM to ask takes longer than everything else here.
  version=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$home/release" 2>/dev/null || true)
  if [[ -z $version ]]; then
    version=$("$home/bin/java" -version 2>&1 | sed -n '1s/.*version "\([0-9]*\).*/\1/p')
  fi
  printf '%s' "$version"
}

newest_installed_jdk() {
  local home version best='' best_version=$((OLDEST_JDK - 1)) on_path
  on_path=$(readlink -f "$(command -v java || true)" || true)
  for home in /usr/lib/jvm/* "${on_path%/bin/java}"; do
    version=$(jdk_version "$home")
    if [[ -n $version ]] && ((version > best_version)); then
      best=$home
      best_version=$version
    fi
  done
  printf '%s' "$best"
}

# Exports JAVA_HOME: the caller's own if it is good enough, else the newest JDK found, else one from apt.
find_jdk() {
  local version package
  version=$(jdk_version "${JAVA_HOME:-/nonexistent}")
  if [[ -n $version ]] && ((version >= OLDEST_JDK)); then
    export JAVA_HOME
    return
  fi
  if [[ -n ${JAVA_HOME:-} ]]; then
    say "JAVA_HOME ($JAVA_HOME) is not a JDK $OLDEST_JDK or newer with javac; looking for another."
  fi
  JAVA_HOME=$(newest_installed_jdk)
  if [[ -z $JAVA_HOME ]] && command -v apt-get >/dev/null && can_be_root; then
    refresh_package_lists
    for package in openjdk-25-jdk-headless openjdk-21-jdk-headless; do
      if package_is_known "$package"; then
        say "Installing $package"
        quietly "installing $package" apt_get install --no-install-recommends "$package" || continue
        JAVA_HOME=$(newest_installed_jdk)
        break
      fi
    done
  fi
  [[ -n $JAVA_HOME ]] ||
    fail "No JDK $OLDEST_JDK or newer (with javac) was found." "Install one and set JAVA_HOME to it, then run this again."
  export JAVA_HOME
}

# Makes sure there is an mvn on the PATH.
find_maven() {
  need_packages mvn=maven
}
