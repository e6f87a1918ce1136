// A certified OpenID Connect provider for tests: one client with its secret and its one redirect address, people by any name.
import { pathToFileURL } from "node:url";

const { DURE_TEST_NODE, ISSUER, PORT, CALLBACK } = process.env;
const { default: Provider } = await import(pathToFileURL(`${DURE_TEST_NODE}/node_modules/oidc-provider/lib/index.js`));
const provider = new Provider(ISSUER, {
  clients: [{ client_id: "dure", client_secret: "the right secret of this client", redirect_uris: [CALLBACK], token_endpoint_auth_method: "client_secret_post" }],
  claims: { openid: ["sub"], profile: ["name"], email: ["email", "email_verified"] },
  findAccount: (_context, id) => ({ accountId: id, claims: () => ({ sub: id, name: id, email: `${id}@example.kr`, email_verified: true }) }),
  pkce: { required: () => true },
});
provider.listen(Number(PORT), "127.0.0.1", () => console.log("ready"));
