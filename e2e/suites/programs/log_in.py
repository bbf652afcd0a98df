"""How the programs of this folder that are the layer of a service log in."""
import os

from keystoneauth1 import session
from keystoneauth1.identity import v3


def log_in(prefix="OS_"):
    """Who OS_*, or MEMBER_*, is: the arguments of a service's context."""
    env = {name: os.environ[prefix + name] for name in ["AUTH_URL", "USERNAME", "PASSWORD", "PROJECT_NAME"]}
    auth = v3.Password(
        auth_url=env["AUTH_URL"],
        username=env["USERNAME"],
        password=env["PASSWORD"],
        project_name=env["PROJECT_NAME"],
        user_domain_name="Default",
        project_domain_name="Default",
    )
    access = auth.get_access(session.Session())
    # The catalog as the services hand it on: that of version 2, of one region.
    catalog = [
        {
            "type": service["type"],
            "name": service["name"],
            "endpoints": [
                {"region": each["region"], f"{each['interface']}URL": each["url"]}
                for each in service["endpoints"]
                if each["interface"] == "public"
            ],
        }
        for service in access.service_catalog.catalog
        if any(each["region"] == os.environ["OS_REGION_NAME"] for each in service["endpoints"])
    ]
    return {
        "auth_token": access.auth_token,
        "user_id": access.user_id,
        "project_id": access.project_id,
        "roles": access.role_names,
        "service_catalog": catalog,
    }
