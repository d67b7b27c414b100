#!/usr/bin/env python3
"""What the board costs a training that it shows: processor seconds, which say more than a clock on a machine with other work.

usage: board_share.py [SECONDS] [none|board|separate] [arguments of fathom train ...]
  none      trains alone; what is not in the two computing threads then is the runtime's own (compilation)
  board     train --board, with the page open in Chromium
  separate  fathom board in a process of its own beside the training, with the page open
Linux; needs src/Fathom.Cli built and, but for none, Chromium.
"""
import os, re, shutil, signal, subprocess, sys, tempfile, time

seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 60
mode = sys.argv[2] if len(sys.argv) > 2 else "board"
more = sys.argv[3:] or ["lenet", "--data", "glyphs", "--limit", "8000"]
cli = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../src/Fathom.Cli/bin/Release/net10.0/Fathom.Cli.dll")
tick = os.sysconf("SC_CLK_TCK")
computing = re.compile(r"^(dotnet|Fathom worker)")          # the main thread, and those of the kernels


def used(path):
    with open(path) as f:
        text = f.read()
    name, fields = text[text.index("(") + 1:text.rindex(")")], text[text.rindex(")") + 2:].split()
    return name, (int(fields[11]) + int(fields[12])) / tick


def look(training, board):
    all_threads = used(f"/proc/{training}/stat")[1]
    kernels = sum(s for n, s in (used(f"/proc/{training}/task/{t}/stat") for t in os.listdir(f"/proc/{training}/task")) if computing.match(n))
    return kernels, all_threads - kernels, used(f"/proc/{board}/stat")[1] if board else 0


folder = tempfile.mkdtemp(prefix="fathom-board-")
train = subprocess.Popen(["dotnet", cli, "train", *more, "--epochs", "1000000", "--quiet", "--out", f"{folder}/run"] + (["--board"] if mode == "board" else []), stdout=subprocess.PIPE, text=True)
board = subprocess.Popen(["dotnet", cli, "board", f"{folder}/run"], stdout=subprocess.PIPE, text=True) if mode == "separate" else None
page = None
try:
    if mode != "none":
        address = next(m.group(0) for line in (board or train).stdout if (m := re.search(r"http\S+", line)))
        page = subprocess.Popen([os.environ.get("FATHOM_CHROMIUM", "chromium"), "--headless", "--no-sandbox", "--disable-gpu", "--remote-debugging-port=0", f"--user-data-dir={folder}/profile", address],
                                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    begin = time.time()
    for moment in (seconds / 2, seconds):
        time.sleep(max(0, begin + moment - time.time()))
        kernels, rest, served = look(train.pid, board.pid if board else 0)
        print(f"after {moment:.0f} s: computing {kernels:.2f} s, the rest of the process {rest:.2f} s" + (f", the board's process {served:.2f} s" if board else ""), flush=True)
finally:
    if page:
        os.killpg(page.pid, signal.SIGKILL)
    for process in filter(None, (train, board)):
        process.terminate()
        process.wait()
    shutil.rmtree(folder, ignore_errors=True)
