// Calls into the wasm of a Worker. After a panic or a trap, its memory can't be relied on: the next call starts a new instance of the
// wasm, and each Durable Object is constructed again in it, from what is stored.
import { WorkerEntrypoint } from "cloudflare:workers";
import { __wbg_reset_state, __worker_init_state } from "./bindings.js";

Error.stackTraceLimit = 100;

// Belongs to the crate `worker`: its panic hook sets `criticalError`, and each instance of the wasm increments `instanceId`.
const state = __worker_init_state();

function notice(error) {
  if (error instanceof WebAssembly.RuntimeError) {
    console.error("Critical", error);
    state.criticalError = true;
  }
}
addEventListener("error", ({ error }) => notice(error));

function restart() {
  if (state.criticalError) {
    console.log("Reinitializing Wasm application");
    __wbg_reset_state();
    state.criticalError = false;
  } else {
    // The bindings may have noticed a trap that caused no event. They start a new instance in the next call, which therefore must not
    // be of an object: its pointer belongs to the old instance.
    __worker_init_state();
  }
}

function call(method, object, values) {
  try {
    return method.apply(object, values);
  } catch (error) {
    notice(error);
    throw error;
  }
}

// The Worker's default export, with a method for each event that it handles.
export function entrypoint(handlers) {
  class Entrypoint extends WorkerEntrypoint {}
  for (const [name, handler] of Object.entries(handlers)) {
    Entrypoint.prototype[name] = function (event) {
      restart();
      return call(handler, undefined, [event, this.env, this.ctx]);
    };
  }
  return Entrypoint;
}

// A class of Durable Objects that outlives the instances of the wasm.
export function durable(Class) {
  return class {
    #values;
    #object;
    #instance;

    constructor(...values) {
      this.#values = values;
      this.#current();
    }

    // The object in the current instance.
    #current() {
      restart();
      if (this.#instance !== state.instanceId) {
        try {
          this.#object = new Class(...this.#values);
        } catch (error) {
          state.criticalError = true;
          throw error;
        }
        this.#instance = state.instanceId;
      }
      return this.#object;
    }

    static {
      for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(Class.prototype))) {
        if (typeof value !== "function" || name === "constructor" || name === "free" || name.startsWith("__")) continue;
        this.prototype[name] = function (...values) {
          return call(value, this.#current(), values);
        };
      }
    }
  };
}
