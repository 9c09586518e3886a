// The client of the ws package against Caravan's WebSocket door.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import test from 'node:test';
import WebSocket from 'ws';

async function connected(action) {
  const socket = new WebSocket(process.env.CARAVAN_URL);
  await once(socket, 'open');
  try {
    await action(socket);
  } finally {
    socket.close();
  }
}

// Sends a frame and returns all events of its request; tells each to a listener.
function ask(socket, frame, listener = () => {}) {
  return new Promise((resolve, reject) => {
    const events = [];
    socket.on('error', reject);
    socket.on('close', (code, reason) => reject(new Error(`closed: ${code} ${reason}`)));
    socket.on('message', (data, binary) => {
      assert.equal(binary, false);
      const event = JSON.parse(data);
      if (event.request_id !== frame.request_id) return;
      events.push(event);
      listener(event);
      if (event.status === 'complete' || event.status === 'error') resolve(events);
    });
    socket.send(JSON.stringify(frame));
  });
}

const text = (events) => events.map((event) => event.chunk?.data ?? '').join('');

test('answers a chat chunk by chunk', () =>
  connected(async (socket) => {
    const events = await ask(socket, { action: 'chat', request_id: 'r1', payload: { text: 'Why is the sky blue?' } });
    assert.equal(events[0].status, 'processing');
    assert.equal(events.at(-1).status, 'complete');
    assert.ok(events.at(-1).metadata.usage.total_tokens > 0);
    assert.match(text(events), /^Sunlight is a mixture/);
    assert.deepEqual(
      events.slice(1, -1).map((event) => event.chunk.metadata.index),
      events.slice(1, -1).map((_, index) => index),
    );
  }));

test('answers many requests on one connection', () =>
  connected(async (socket) => {
    socket.setMaxListeners(0);
    const answers = await Promise.all(
      [...Array(20).keys()].map((i) =>
        ask(socket, { action: 'chat', request_id: `many${i}`, payload: { text: `Say ${i}.` } }),
      ),
    );
    answers.forEach((events, i) => assert.match(text(events), new RegExp(`Say ${i}\\.`)));
  }));

test('cancels one request', () =>
  connected(async (socket) => {
    const events = await ask(
      socket,
      { action: 'chat', request_id: 'c', payload: { text: 'Why is the sky blue?' } },
      (event) => {
        if (event.chunk?.metadata.index === 3) socket.send(JSON.stringify({ action: 'cancel', request_id: 'c' }));
      },
    );
    assert.equal(events.at(-1).error.code, 'cancelled');
    assert.equal(events.at(-1).error.partial, true);
  }));

test('lists the models', () =>
  connected(async (socket) => {
    const [event] = await ask(socket, { action: 'models', request_id: 'm' });
    assert.ok(event.metadata.models.some((model) => model.startsWith('ollama/scripted')));
  }));

test('answers what it does not understand', () =>
  connected(async (socket) => {
    const [event] = await ask(socket, { action: 'dance', request_id: 'd' });
    assert.equal(event.error.code, 'invalid_request');
  }));
