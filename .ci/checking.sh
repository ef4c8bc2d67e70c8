# The counting of `.ci/run`: check NAME COMMAND… runs one check, finish prints what failed and one line that counts all.

passed=0
failed=0
failures=()

# count LOG: adds a pytest run's closing line to the totals; fails if there is none.
count() {
    local counts p f
    counts=$(grep -E '^(=+ )?([0-9]+ (passed|failed|error|errors|skipped|deselected|warnings?|rerun)(, )?)+ in [0-9.]+s' "$1" | tail -1)
    p=$(grep -oE '[0-9]+ passed' <<<"$counts" | grep -oE '[0-9]+')
    f=$(grep -oE '[0-9]+ (failed|error)' <<<"$counts" | awk '{sum += $1} END {print sum + 0}')
    [ -n "$p" ] || [ "$f" -gt 0 ] || return 1
    passed=$((passed + ${p:-0}))
    failed=$((failed + f))
}

# check NAME COMMAND…: one pass or failure; a pytest run counts its own tests instead. Tests that drive real programs, terminals
# and processes on a busy machine may run into a deadline: what failed is run once more, alone, and both runs are shown.
check() {
    local name=$1 log code before=$passed,$failed began=$SECONDS
    shift
    log=$(mktemp)
    echo
    echo "== $name"
    "$@" 2>&1 | tee "$log"
    code=${PIPESTATUS[0]}
    if [ "$code" -eq 1 ] && count "$log" && [ "$failed" -gt "${before#*,}" ] && [ $((failed - ${before#*,})) -le 5 ]; then
        local again=$((failed - ${before#*,}))
        echo "== $name: $again once more, alone"
        "$@" --lf -n 0 2>&1 | tee "$log.again"
        code=${PIPESTATUS[0]}
        if [ "$code" -eq 0 ]; then
            failed=${before#*,}
            passed=$((passed + again))
        fi
        rm -f "$log.again"
    elif [ "$code" -ne 1 ] && count "$log"; then
        :
    elif [ "$passed,$failed" = "$before" ] && [ "$code" -eq 0 ]; then
        passed=$((passed + 1))
    elif [ "$passed,$failed" = "$before" ]; then
        failed=$((failed + 1))
    fi
    [ "$code" -ne 0 ] && failures+=("$name (exit $code)")
    echo "-- $name: exit $code, $((SECONDS - began)) s"
    rm -f "$log"
    return "$code"
}

# beside NAME COMMAND…: starts a check that the next ones do not disturb, nor it them; `joined` shows and counts it as if it ran then.
beside() {
    beside_name=$1
    shift
    beside_command=("$@")
    beside_log=$(mktemp)
    { "$@" >"$beside_log" 2>&1; echo $? >"$beside_log.code"; } &
    beside_pid=$!
}

joined() {
    wait "$beside_pid"
    check "$beside_name" replay "$beside_log" "${beside_command[@]}"
}

# replay LOG COMMAND…: the output and exit code of a command that ran before; called again, it runs.
replay() {
    local log=$1 code
    shift
    if [ ! -f "$log" ]; then
        "$@"
        return
    fi
    cat "$log"
    code=$(cat "$log.code")
    rm -f "$log" "$log.code"
    return "$code"
}

# finish: the last words; succeeds if all did.
finish() {
    local failure
    echo
    for failure in "${failures[@]+"${failures[@]}"}"; do echo "failed: $failure"; done
    echo "took $((SECONDS / 60)) min $((SECONDS % 60)) s"
    echo "$passed passed, $failed failed"
    [ "$failed" -eq 0 ] && [ ${#failures[@]} -eq 0 ]
}
