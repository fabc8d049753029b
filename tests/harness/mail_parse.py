"""Reads a mail file with Python's mail parser and prints what it found as JSON.  usage: mail_parse.py FILE"""
import email
import email.policy
import json
import sys
from email.header import decode_header, make_header

with open(sys.argv[1], "rb") as file:
    mail = email.message_from_binary_file(file, policy=email.policy.default)
# The modern policy leaves a blank between the encoded words of a display name (RFC 2047, 6.2 says to drop it); the older
# decoder is right there.
with open(sys.argv[1], "rb") as file:
    raw = email.message_from_binary_file(file)
print(json.dumps({
    "headers": {name.lower(): str(make_header(decode_header(value))) for name, value in raw.items()},
    "text": mail.get_body(("plain",)).get_content(),
    "html": mail.get_body(("html",)).get_content(),
    "parts": [part.get_content_type() for part in mail.walk()],
    "defects": [str(defect) for part in mail.walk() for defect in part.defects],
}))
