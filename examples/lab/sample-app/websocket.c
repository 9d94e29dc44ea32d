/* RFC 6455 as far as an echo needs it: the handshake with its SHA-1, frames of up to a few kilobytes. */
#include "app.h"
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

static uint32_t rotate(uint32_t x, int n) { return x << n | x >> (32 - n); }

/* SHA-1 of a text of at most 119 bytes (two blocks), as the handshake needs it. */
static void sha1(const char *text, uint8_t digest[20])
{
    uint32_t h[5] = { 0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0 };
    uint8_t blocks[128] = { 0 };
    size_t length = strlen(text), count = length < 56 ? 1 : 2;
    memcpy(blocks, text, length);
    blocks[length] = 0x80;
    blocks[count * 64 - 2] = (uint8_t)(length * 8 >> 8);
    blocks[count * 64 - 1] = (uint8_t)(length * 8);
    for (size_t block = 0; block < count; block++) {
        uint32_t w[80], a = h[0], b = h[1], c = h[2], d = h[3], e = h[4];
        for (int i = 0; i < 80; i++) {
            const uint8_t *p = blocks + block * 64 + (size_t)i * 4;
            w[i] = i < 16 ? (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3]
                          : rotate(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
            uint32_t f = i < 20 ? (b & c) | (~b & d) : i < 40 || i >= 60 ? b ^ c ^ d : (b & c) | (b & d) | (c & d);
            uint32_t k = i < 20 ? 0x5a827999 : i < 40 ? 0x6ed9eba1 : i < 60 ? 0x8f1bbcdc : 0xca62c1d6;
            uint32_t t = rotate(a, 5) + f + e + k + w[i];
            e = d; d = c; c = rotate(b, 30); b = a; a = t;
        }
        h[0] += a; h[1] += b; h[2] += c; h[3] += d; h[4] += e;
    }
    for (int i = 0; i < 20; i++) digest[i] = (uint8_t)(h[i / 4] >> (24 - i % 4 * 8));
}

static void base64(const uint8_t *in, size_t n, char *out)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < n; i += 3) {
        uint32_t v = (uint32_t)in[i] << 16 | (i + 1 < n ? (uint32_t)in[i + 1] << 8 : 0) | (i + 2 < n ? in[i + 2] : 0);
        *out++ = letters[v >> 18];
        *out++ = letters[v >> 12 & 63];
        *out++ = i + 1 < n ? letters[v >> 6 & 63] : '=';
        *out++ = i + 2 < n ? letters[v & 63] : '=';
    }
    *out = 0;
}

void websocket_upgrade(struct connection *c, const char *head)
{
    char key[64] = "", joined[128], accept[32];
    uint8_t digest[20];
    bool asked = header(head, "Upgrade", joined, sizeof joined) && !strcasecmp(joined, "websocket");
    if (!asked || !header(head, "Sec-WebSocket-Key", key, sizeof key)) {
        static const char no[] = "HTTP/1.1 426 Upgrade Required\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
        out_add(c, no, sizeof no - 1);
        c->closing = true;
        return;
    }
    snprintf(joined, sizeof joined, "%s258EAFA5-E914-47DA-95CA-C5AB0DC85B11", key);
    sha1(joined, digest);
    base64(digest, sizeof digest, accept);
    out_format(c, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
               "Sec-WebSocket-Accept: %s\r\nX-Version: %s\r\nX-Release: %s\r\n\r\n",
               accept, behaviour.version, behaviour.release);
    c->state = WEBSOCKET;
}

/* Echoes every whole frame that has arrived; answers false when the client broke the protocol. */
bool websocket_input(struct connection *c)
{
    while (!c->closing && c->in_len >= 2) {
        uint8_t *p = (uint8_t *)c->in, opcode = p[0] & 15;
        size_t length = p[1] & 127, at = 2;
        if (!(p[1] & 128) || length == 127) return false;       /* unmasked, or larger than we take */
        if (length == 126) {
            if (c->in_len < 4) return true;
            length = (size_t)p[2] << 8 | p[3];
            at = 4;
        }
        if (at + 4 + length > sizeof c->in) return false;
        if (at + 4 + length > c->in_len) return true;
        for (size_t i = 0; i < length; i++) p[at + 4 + i] ^= p[at + i % 4];
        uint8_t frame[4] = { (uint8_t)(p[0] & 0xf0 | (opcode == 9 ? 10 : opcode)) };
        size_t frame_head = 2;
        if (length < 126) {
            frame[1] = (uint8_t)length;
        } else {
            frame[1] = 126;
            frame[2] = (uint8_t)(length >> 8);
            frame[3] = (uint8_t)length;
            frame_head = 4;
        }
        if (opcode != 10) {
            out_add(c, frame, frame_head);
            out_add(c, p + at + 4, length);
        }
        if (opcode == 8) c->closing = true;
        size_t whole = at + 4 + length;
        memmove(c->in, c->in + whole, c->in_len - whole);
        c->in_len -= whole;
    }
    return true;
}
