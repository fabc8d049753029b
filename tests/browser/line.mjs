// A line that breaks.
//
//   KAKITOME_LINE       port of the line
//   KAKITOME_SERVER     port of the gateway behind it
import net from "node:net";
import { need } from "./stage.mjs";

/** The line between browser and gateway. */
export class Line {
  #live = new Set();
  #left = Infinity;

  constructor() {
    const [port, server] = [need("KAKITOME_LINE"), need("KAKITOME_SERVER")].map(Number);
    this.listening = net.createServer((browser) => this.#join(browser, net.connect(server, "127.0.0.1"))).listen(port, "127.0.0.1");
  }

  #join(browser, server) {
    const cut = () => {
      browser.destroy();
      server.destroy();
    };
    this.#live.add(cut);
    browser.on("error", cut).on("close", cut).pipe(server);
    server.on("error", cut).on("close", cut).on("data", (bytes) => {
      this.#left -= bytes.length;
      if (this.#left < 0) {
        this.#left = Infinity;
        cut();
      } else if (!browser.write(bytes)) {
        server.pause();
        browser.once("drain", () => server.resume());
      }
    });
  }

  /** It breaks once, under whatever comes down then, when so many more bytes came down. */
  breakAfter(bytes) {
    this.#left = bytes;
  }

  close() {
    for (const cut of this.#live) cut();
    this.listening.close();
  }
}
