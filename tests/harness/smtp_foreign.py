"""A mail server that we did not write (aiosmtpd), on a free port, for the tests.

usage: smtp_foreign.py CERTIFICATE KEY USER PASSWORD
Prints its port on the first line, then one line of JSON per mail it took: the envelope and what Python's mail parser
found in it. Demands STARTTLS and a sign-in. Ends when its standard input ends.
"""
import asyncio
import email
import email.policy
import json
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult


class Take:
    async def handle_DATA(self, server, session, envelope):
        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        found = {"from": envelope.mail_from, "to": envelope.rcpt_tos, "message_id": mail["Message-ID"],
                 "subject": mail["Subject"], "text": mail.get_body(("plain",)).get_content(),
                 "html": mail.get_body(("html",)).get_content(), "tls": session.ssl is not None,
                 "defects": [str(defect) for part in mail.walk() for defect in part.defects]}
        print(json.dumps(found), flush=True)
        return "250 2.0.0 taken"


async def main(certificate, key, user, password):
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate, key)

    def check(server, session, envelope, mechanism, data):
        return AuthResult(success=(data.login, data.password) == (user.encode(), password.encode()))

    def connection():
        return SMTP(Take(), tls_context=tls, require_starttls=True, auth_required=True, authenticator=check)

    loop = asyncio.get_running_loop()
    server = await loop.create_server(connection, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


asyncio.run(main(*sys.argv[1:]))
