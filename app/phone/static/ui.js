// Vue's runtime with htm: templates without a compiler, so that the policy needs no `unsafe-eval`.

import htm from "/lib/htm.js";
import { h } from "/lib/vue.js";

export {
  computed,
  createApp,
  nextTick,
  onBeforeUnmount,
  onMounted,
  reactive,
  ref,
  shallowRef,
  watch,
} from "/lib/vue.js";

function make(kind, props, ...children) {
  this[0] = 3; // no node is used twice: Vue marks them when it shows them
  return children.length ? h(kind, props, children) : h(kind, props);
}

export const html = htm.bind(make);
