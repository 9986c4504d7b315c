"""File systems of EFS."""

import json

from moto.efs.models import EFSBackend, FileSystem
from moto.efs.responses import TYPE_RESPONSE, EFSResponse


def install() -> None:
    """moto can say whether there are backups, but not be told; and it cannot take a policy away."""

    def put_backup_policy(response: EFSResponse) -> TYPE_RESPONSE:
        policy = response._get_param("BackupPolicy")
        file_system = response.efs_backend.file_systems_by_id[response._get_param("FileSystemId")]
        file_system._backup = policy["Status"] == "ENABLED"
        return json.dumps({"BackupPolicy": policy}), {"Content-Type": "application/json"}

    def describe_backup_policy(backend: EFSBackend, file_system_id: str) -> dict[str, str]:
        file_system = backend.file_systems_by_id[file_system_id]
        return {"Status": "ENABLED" if file_system._backup else "DISABLED"}

    def delete_file_system_policy(response: EFSResponse) -> TYPE_RESPONSE:
        file_system: FileSystem = response.efs_backend.file_systems_by_id[response._get_param("FileSystemId")]
        file_system.file_system_policy = None
        return "{}", {"Content-Type": "application/json"}

    EFSResponse.put_backup_policy = put_backup_policy
    EFSBackend.describe_backup_policy = describe_backup_policy
    EFSResponse.delete_file_system_policy = delete_file_system_policy
