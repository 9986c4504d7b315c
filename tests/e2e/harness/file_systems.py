"""File systems of EFS as containers mount them: a folder of this machine, where the one who mounts may."""

import subprocess
from pathlib import Path

from emulator.file_systems import FOLDER, MOUNT, WRITE

from .cloud import Cloud
from .containers import Mount


def mount(cloud: Cloud, file_system: str, access_point: str, path: str, rights: set[str], *, read_only: bool) -> Mount:
    """Mounts it by its access point, for who has those rights: without the right to write it can be read alone."""
    efs = cloud.client("efs")
    [point] = efs.describe_access_points(AccessPointId=access_point)["AccessPoints"]
    assert point["FileSystemId"] == file_system, f"{access_point} leads to {point['FileSystemId']}"
    assert efs.describe_mount_targets(FileSystemId=file_system)["MountTargets"], f"{file_system} is in no network"
    assert MOUNT in rights, f"who mounts {file_system} may not"
    root = point["RootDirectory"]
    source = cloud.directory / FOLDER / file_system / root["Path"].lstrip("/")
    if not source.is_dir():
        assert "CreationInfo" in root, "the folder is not there, and nobody says whose it is to be"
        source.mkdir(parents=True)
    _make_one_user(source)
    return Mount(source, path, read_only or WRITE not in rights)


def _make_one_user(source: Path) -> None:
    """Whoever takes an access point is one user. Here functions and containers are different ones."""
    subprocess.run(["chmod", "--recursive", "a+rwX", str(source)], check=True)
