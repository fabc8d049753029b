"""tuspy, unmodified: uploads FILE and goes on after every break. Prints the upload's address."""

import os

from tusclient.client import TusClient

env = os.environ
client = TusClient(f"{env['KAKITOME_URL']}/api/v1/uploads", headers={"Authorization": f"Bearer {env['KAKITOME_TOKEN']}"})
uploader = client.uploader(
    env["KAKITOME_FILE"],
    chunk_size=16 * 1024 * 1024,
    retries=20,
    retry_delay=0,
    metadata={"transfer": env["KAKITOME_TRANSFER"], "filename": os.path.basename(env["KAKITOME_FILE"])},
)
uploader.upload()
print(uploader.url)
