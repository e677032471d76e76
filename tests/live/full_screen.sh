# A full-screen program, as editors and monitors are: the alternate screen, raw keys, cursor keys in application mode, the mouse, bracketed paste, colours.
# It shows what it is sent, as od writes it (033 is escape, 003 ctrl-c), draws itself anew in another size, and ends with exit code 7 on q.
# It asks for its size itself: the lab's kubelet gives programs a terminal, but does not make it theirs, so that no signal comes from it.

saved=$(stty -g)
stty raw -echo min 0 time 1
printf '\033[?1049h\033[?1h\033[?1000h\033[?1006h\033[?2004h\033[?25l'
sent= size=
while :; do
  now="$(stty size)/$sent"
  if [ "$now" != "$size" ]; then
    size=$now
    lines=${now%% *} columns=${now#* }
    columns=${columns%%/*}
    printf '\033[2J\033[H\033[1;37;44mfull screen %sx%s\033[0m\033[3;1Hsent %s.\033[%s;1Hline %s' "$columns" "$lines" "$sent" "$lines" "$lines"
  fi
  sent=$sent$(dd bs=256 count=1 2>/dev/null | od -An -v -c | tr -d ' \n')
  case $sent in *q) break ;; esac
done
printf '\033[?25h\033[?2004l\033[?1006l\033[?1000l\033[?1l\033[?1049l'
stty "$saved"
exit 7
