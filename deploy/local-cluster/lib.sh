# shellcheck shell=bash
# What the commands of the local cluster share. Sourced by each of them.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
nodes=3
system_user=postgres   # a PostgreSQL server refuses root

# Everything that the cluster writes: logs, process ids, ports, its own database. Outside of the clone, as the user postgres must reach it, too.
state=${GAFFER_LOCAL_DIR:-/tmp/gaffer-local-$UID}

fail() {
  echo "$*" >&2
  exit 1
}

# Nobody else may have prepared the folder: commands are started from what is in it.
open_state() {
  [[ ! -L $state ]] || fail "$state is a link; set GAFFER_LOCAL_DIR to another folder."
  mkdir -p "$state"
  [[ -O $state ]] || fail "$state belongs to somebody else; set GAFFER_LOCAL_DIR to another folder."
  chmod 711 "$state"
}

# started_at PID: something that no other process with this number has.
started_at() {
  if [[ -r /proc/$1/stat ]]; then
    sed 's/.*) //' "/proc/$1/stat" 2> /dev/null | cut -d ' ' -f 20
  else
    ps -o lstart= -p "$1" 2> /dev/null || true
  fi
}

command_of() {
  if [[ -r /proc/$1/cmdline ]]; then
    tr '\0' ' ' < "/proc/$1/cmdline" 2> /dev/null
  else
    ps -o command= -p "$1" 2> /dev/null || true
  fi
}

# remember FILE PID: writes down a process that was just started.
remember() {
  printf '%s\n%s\n' "$2" "$(started_at "$2")" > "$1"
}

# running FILE WORD: the number of the process that was remembered, if it is still that one and its command has the word.
running() {
  local pid start
  [[ -f $1 ]] || return 1
  { read -r pid && read -r start; } < "$1" || return 1
  [[ -n $start && $(started_at "$pid") == "$start" && $(command_of "$pid") == *"$2"* ]] || return 1
  echo "$pid"
}

node_running() {
  running "$state/node-$1.pid" Gaffer.Akka.Node.dll
}

# gone FUNCTION ARGUMENT SECONDS: waits until it fails.
gone() {
  local deadline=$((SECONDS + $3))
  while "$1" "$2" > /dev/null; do
    ((SECONDS < deadline)) || return 1
    sleep 0.1
  done
}

node_number() {
  [[ ${1:-} =~ ^[1-9]$ && $1 -le $nodes ]] || fail "Which node? Say 1 to $nodes."
}

# port NAME: one of those that the start chose.
port() {
  sed -n "s/^$1=//p" "$state/ports"
}

remote_port() { port "node_$1"; }
http_port() { port "http_$1"; }

http_of_all() {
  local n list=
  for n in $(seq "$nodes"); do list+="${list:+,}127.0.0.1:$(http_port "$n")"; done
  echo "$list"
}

node_program() {
  local program=${GAFFER_NODE_DLL:-$root/src/Gaffer.Akka.Node/bin/Release/net10.0/Gaffer.Akka.Node.dll}
  [[ -f $program ]] || fail "$program is not there; run $here/start."
  echo "$program"
}

is_started() {
  [[ -f $state/ports ]] || fail "There is no cluster; run $here/start."
}

# start_node N: starts a node in the background; it outlives this shell.
start_node() {
  local seeds= n program dotnet
  program=$(node_program)
  dotnet=$(command -v dotnet) || fail "The .NET SDK is not here: https://dotnet.microsoft.com/download"
  for n in $(seq "$nodes"); do seeds+="${seeds:+,}127.0.0.1:$(remote_port "$n")"; done
  # In the environment, as others can read the words of a command.
  (
    cd "$state"
    Gaffer__Storage__Postgres=$(< "$state/connection") \
      nohup "$dotnet" "$program" run \
      --host 127.0.0.1 --port "$(remote_port "$1")" --seed "$seeds" --http-host 127.0.0.1 --http-port "$(http_port "$1")" \
      < /dev/null >> "$state/node-$1.log" 2>&1 &
    remember "$state/node-$1.pid" $!
  )
}

# ready N: whether the node says that it is.
ready() {
  local line
  { exec 3<> "/dev/tcp/127.0.0.1/$(http_port "$1")"; } 2> /dev/null || return 1
  printf 'GET /health/ready HTTP/1.0\r\nHost: localhost\r\n\r\n' >&3
  read -r -t 5 line <&3 || line=
  exec 3>&-
  [[ $line == *" 200 "* ]]
}

# wait_ready N: until it is, or until it has ended.
wait_ready() {
  local deadline=$((SECONDS + 60))
  until ready "$1"; do
    if ! node_running "$1" > /dev/null || ((SECONDS >= deadline)); then
      tail -n 5 "$state/node-$1.log" >&2
      fail "Node $1 did not start; all it said is in $state/node-$1.log"
    fi
    sleep 0.2
  done
  echo "Node $1 is ready: process $(node_running "$1"), 127.0.0.1:$(remote_port "$1"), http://127.0.0.1:$(http_port "$1")"
}
