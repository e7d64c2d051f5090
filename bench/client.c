/* The load: many WebSocket clients, and senders over HTTP, in one epoll loop. Started by load.py.

   Arguments are name=value, the names are those of the options below. It connects all clients, prints {"event":"ready"},
   and for each line on its standard input runs one round: warm up, measure, wait for what is on its way, print a
   result. A message is a frame that begins with `prefix`; its text begins with the time at which it was sent and the
   number of its sender. Of every other frame only the first bytes are looked at: it must cost less than the server.

   Several of these programs may be one crowd. One of them then sends; for the others a round has `listen=1`: they only
   wait until each client has the messages that were accepted elsewhere, `others` since the beginning. Clients are
   numbered from `first` on. With `groups`, a message is for the clients of its sender's group.
   A line that comes during a round changes its numbers. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "counts.h"

enum { BUFFER = 1 << 18, EVENTS = 512, STAMP = 24, MOST = 8192 };
enum state { CONNECTING, SHAKING, GREETING, OPEN };
enum phase { GATHERING, READY, WARM, MEASURE, DRAIN };

struct client {
    int fd, index, pending; /* pending: sent and not yet answered */
    enum state state;
    bool http, stalled;
    double since; /* when it began to connect; once it is open, when it was opened */
    long got; /* messages */
    char *rest; /* the beginning of a frame or of a response */
    size_t kept;
};

static double port, n, window = 16, pipeline = 1, senders, rate, seconds = 2, warm = 0.5, quiet = 0.3, size = 64;
static double http, by_http, stall, flight = 64, timeout = 60, silent, first, sources = 1, groups = 1, others, listening;
static double pace, patience = 20;
static char *path = "/", *post_path = "", *cookies = "", *hello = "", *greeting = "", *send_as = "%T", *post_as = "%T";
static char *source = "127.0.0.1", *prefix = "", *ack = "", *refused = "\1";
static const struct { const char *name; double *number; char **text; } options[] = {
    {"port", &port, 0}, {"n", &n, 0}, {"window", &window, 0}, {"pipeline", &pipeline, 0}, {"senders", &senders, 0},
    {"rate", &rate, 0}, {"seconds", &seconds, 0}, {"warm", &warm, 0}, {"quiet", &quiet, 0}, {"size", &size, 0},
    {"http", &http, 0}, {"by_http", &by_http, 0}, {"post_as", 0, &post_as}, {"stall", &stall, 0}, {"flight", &flight, 0},
    {"timeout", &timeout, 0}, {"path", 0, &path},
    {"post_path", 0, &post_path}, {"cookies", 0, &cookies}, {"hello", 0, &hello}, {"greeting", 0, &greeting},
    {"send_as", 0, &send_as}, {"prefix", 0, &prefix}, {"ack", 0, &ack}, {"refused", 0, &refused}, {"silent", &silent, 0},
    {"first", &first, 0}, {"source", 0, &source}, {"sources", &sources, 0}, {"groups", &groups, 0}, {"others", &others, 0},
    {"listen", &listening, 0}, {"pace", &pace, 0}, {"patience", &patience, 0},
};

static struct client *clients;
static int total, begun, open_now, closed, turn, epoll, cookie_count;
static char **cookie;
static enum phase phase;
static double now, phase_began, last_received, due, connecting_began, opened_at, received_at;
static long sent, accepted, errors, outstanding, delivered, given_up, message_number;
static long accepted_before, delivered_before, sent_before, *accepted_in; /* the last of each group */
static double cpu_before, measured, cpu_used, round_took;
static long delays[BUCKETS], waits[BUCKETS]; /* of messages, and of clients until they were open */
static char buffer[2 * BUFFER];

static void die(const char *what, const char *detail) {
    fprintf(stderr, "client: %s %s (%s)\n", what, detail, strerror(errno));
    exit(1);
}

static double clock_now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

static double own_cpu(void) {
    struct rusage u;
    getrusage(RUSAGE_SELF, &u);
    return u.ru_utime.tv_sec + u.ru_stime.tv_sec + (u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

static void watch(struct client *c, uint32_t events, int how) {
    struct epoll_event event = {.events = events, .data.ptr = c};
    if (epoll_ctl(epoll, how, c ? c->fd : 0, &event)) die("epoll_ctl", "");
}

static bool put(struct client *c, const char *data, size_t length) {
    ssize_t done = send(c->fd, data, length, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (done >= 0 && (size_t)done < length) die("a small send was cut", "");
    return done >= 0;
}

static bool put_frame(struct client *c, int opcode, const char *data, size_t length) {
    static const unsigned char mask[4] = {0x5a, 0xa5, 0x3c, 0xc3};
    char frame[MOST + 8];
    size_t head = 2;
    frame[0] = (char)(0x80 | opcode);
    if (length < 126) {
        frame[1] = (char)(0x80 | length);
    } else {
        frame[1] = (char)(0x80 | 126), frame[2] = (char)(length >> 8), frame[3] = (char)length;
        head = 4;
    }
    memcpy(frame + head, mask, 4);
    for (size_t i = 0; i < length; i++) frame[head + 4 + i] = (char)(data[i] ^ mask[i % 4]);
    return put(c, frame, head + 4 + length);
}

static int number_of(const struct client *c) {
    return (int)first + c->index;
}

/* The template with %T replaced by a text of `size` characters, %C by an id that no message had before, %G by the
   sender's group. */
static size_t expand(const char *template, int sender, char *out) {
    static const char words[] = " of what people say to each other on an ordinary day, some of it twice,";
    size_t length = 0;
    for (const char *from = template; *from && length < MOST - 128; from++) {
        if (from[0] != '%' || !from[1] || !strchr("TCG", from[1])) {
            out[length++] = *from;
        } else if (from[1] == 'G') {
            length += (size_t)sprintf(out + length, "%d", sender % (int)groups), from++;
        } else if (*++from == 'T') {
            sprintf(out + length, "%016llx%08x", (unsigned long long)(clock_now() * 1e9), (unsigned)sender);
            for (size_t i = STAMP; i < (size_t)size; i++) out[length + i] = words[(i - STAMP) % (sizeof words - 1)];
            length += (size_t)size;
        } else {
            length += (size_t)sprintf(out + length, "%x-%lx", (unsigned)getpid(), message_number++);
        }
    }
    return length;
}

static bool send_message(struct client *c) {
    char body[MOST], request[2 * MOST];
    bool done;
    if (c->http) {
        size_t length = expand(post_as, number_of(c), body);
        int head = sprintf(request,
            "POST %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nCookie: %s; csrftoken=%032d\r\nX-CSRFToken: %032d\r\n"
            "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %zu\r\n\r\n",
            post_path, (int)port, cookie[message_number % cookie_count], 0, 0, length);
        memcpy(request + head, body, length);
        done = put(c, request, (size_t)head + length);
    } else {
        done = put_frame(c, 1, body, expand(send_as, number_of(c), body));
    }
    if (done) sent++, outstanding++, c->pending++;
    return done;
}

/* Lets the next sender send, if it may. */
static bool send_next(void) {
    int begin = by_http ? (int)n : 0, many = by_http ? (int)http : senders ? (int)senders : (int)n;
    for (int tried = 0; tried < many; tried++) {
        struct client *c = &clients[begin + turn++ % many];
        if (!c->stalled && c->state == OPEN && c->pending < pipeline && send_message(c)) return true;
    }
    return false;
}

static void answered(struct client *c, bool good) {
    if (good) accepted++, accepted_in[number_of(c) % (int)groups]++; else errors++;
    if (c->pending) c->pending--, outstanding--;
}

static void on_message(struct client *c, const char *text) {
    c->got++, delivered++;
    if (rate || !*ack) {
        char number[17] = {0};
        unsigned long sender = strtoul(memcpy(number, text + 16, 8), NULL, 16);
        if (!*ack && sender == (unsigned long)number_of(c)) answered(c, true);
        if (rate && phase != WARM && c->state == OPEN) { /* a replayed message tells nothing of the delay */
            double sent_at = (double)strtoull(memcpy(number, text, 16), NULL, 16) / 1e9;
            if (sent_at >= c->since) count(delays, received_at - sent_at);
        }
    }
}

static void opened(struct client *c) {
    opened_at = clock_now();
    count(waits, opened_at - c->since);
    c->state = OPEN, open_now++, c->since = opened_at;
    if (c->stalled) watch(c, 0, EPOLL_CTL_MOD);
}

static bool begins(const char *data, size_t length, const char *with) {
    size_t wanted = strlen(with);
    return length >= wanted && !memcmp(data, with, wanted);
}

/* Takes every whole frame; returns the number of their bytes. */
static size_t frames(struct client *c, const char *data, size_t length) {
    static size_t prefix_length;
    if (!prefix_length) prefix_length = strlen(prefix);
    size_t at = 0;
    while (at + 2 <= length) {
        const unsigned char *head = (const unsigned char *)data + at;
        size_t body = 2, payload = head[1];
        if (payload == 126) {
            if (at + 4 > length) break;
            body = 4, payload = (size_t)head[2] << 8 | head[3];
        } else if (payload == 127) {
            if (at + 10 > length) break;
            body = 10, payload = (size_t)head[6] << 24 | (size_t)head[7] << 16 | (size_t)head[8] << 8 | head[9];
        }
        if (at + body + payload > length) break;
        const char *text = data + at + body;
        at += body + payload;
        int opcode = head[0] & 15;
        if (opcode == 9) { put_frame(c, 10, text, payload); continue; }
        last_received = received_at;
        if (opcode == 8) fprintf(stderr, closed < 3 ? "client %d: closed: %.*s\n" : "", c->index, (int)payload, text);
        else if (opcode > 2) continue;
        else if (payload >= prefix_length + STAMP && !memcmp(text, prefix, prefix_length)) on_message(c, text + prefix_length);
        else if (c->state == GREETING) { if (begins(text, payload, greeting)) opened(c); }
        else if (*ack && begins(text, payload, ack)) answered(c, true);
        else if (begins(text, payload, refused)) answered(c, false);
    }
    return at;
}

/* Takes one whole response of HTTP; frames may follow the response to a handshake. */
static size_t response(struct client *c, char *data, size_t length) {
    char *end = memmem(data, length, "\r\n\r\n", 4);
    if (!end) return 0;
    size_t head = (size_t)(end - data) + 4;
    last_received = received_at;
    if (!c->http) {
        if (!begins(data, length, "HTTP/1.1 101")) { data[head] = 0; die("handshake refused:", data); }
        c->state = GREETING;
        if (*hello) put_frame(c, 1, hello, strlen(hello));
        if (!*greeting) opened(c);
        return head + frames(c, data + head, length - head);
    }
    char *field = strcasestr(data, "content-length:");
    if (!field || field > end) die("a response without its length:", data);
    size_t whole = head + strtoul(field + 15, NULL, 10);
    if (length < whole) return 0;
    if (!begins(data, length, "HTTP/1.1 200") && !errors) fprintf(stderr, "client: %.*s\n", (int)whole, data);
    answered(c, begins(data, length, "HTTP/1.1 200"));
    return whole;
}

static void begin(struct client *c, int index) {
    struct sockaddr_in from = {.sin_family = AF_INET}, to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    int one = 1, little = 4096;
    *c = (struct client){.fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), .index = index, .http = index >= n};
    c->since = clock_now();
    c->stalled = stall && !c->http && index % (int)stall == (int)stall - 1;
    if (c->stalled) setsockopt(c->fd, SOL_SOCKET, SO_RCVBUF, &little, sizeof little);
    setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    from.sin_addr.s_addr = htonl(ntohl(inet_addr(source)) + (uint32_t)(index % (int)sources));
    if (c->fd < 0) die("no socket for a client", "");
    setsockopt(c->fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof one); /* connect() then finds a free one */
    if (bind(c->fd, (struct sockaddr *)&from, sizeof from)) die("bind", source);
    if (connect(c->fd, (struct sockaddr *)&to, sizeof to) && errno != EINPROGRESS) die("connect", "");
    watch(c, EPOLLOUT, EPOLL_CTL_ADD);
}

static void receive(struct client *c) {
    memcpy(buffer, c->rest, c->kept);
    ssize_t length = recv(c->fd, buffer + c->kept, BUFFER, MSG_DONTWAIT);
    if (length < 0 && errno == EAGAIN) return;
    if (length <= 0) {
        if (c->state != OPEN) die("the server hung up during", "the handshake");
        open_now--;
        if (c->http) { /* the server closes a connection that was idle for long */
            if (c->pending) answered(c, false);
            close(c->fd);
            begin(c, c->index);
            return;
        }
        closed++;
        epoll_ctl(epoll, EPOLL_CTL_DEL, c->fd, NULL);
        return;
    }
    received_at = clock_now();
    size_t had = c->kept + (size_t)length;
    buffer[had] = 0;
    size_t used = c->http || c->state == SHAKING ? response(c, buffer, had) : frames(c, buffer, had);
    c->kept = had - used;
    free(c->rest);
    c->rest = c->kept ? memcpy(malloc(c->kept), buffer + used, c->kept) : NULL;
}

static void connected(struct client *c) {
    char request[1024], *own = cookie_count ? cookie[number_of(c) % cookie_count] : "";
    watch(c, EPOLLIN, EPOLL_CTL_MOD);
    if (c->http) { opened(c); return; }
    int length = snprintf(request, sizeof request,
        "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n%s%s%s\r\n", path, (int)port,
        *own ? "Cookie: " : "", own, *own ? "\r\n" : "");
    c->state = SHAKING;
    if (!put(c, request, (size_t)length)) die("handshake", "");
}

static void enter(enum phase next) {
    phase = next, phase_began = last_received = now;
    if (next == WARM) {
        due = now;
    } else if (next == MEASURE) {
        accepted_before = accepted, delivered_before = delivered, sent_before = sent, cpu_before = own_cpu();
        memset(delays, 0, sizeof delays);
        printf("{\"event\":\"start\"}\n");
    } else if (next == DRAIN) {
        measured = accepted - accepted_before, delivered_before = delivered - delivered_before;
        sent_before = sent - sent_before, cpu_used = own_cpu() - cpu_before;
        printf("{\"event\":\"stop\"}\n");
    } else if (next == READY) {
        printf("{\"event\":\"ready\",\"seconds\":%.3f", opened_at - connecting_began);
        print_counts("waits", waits);
        printf("}\n");
    }
    fflush(stdout);
}

/* Counts missing deliveries: each client, unless it is silent, gets each accepted message of its group once. */
static long missing(long *extra) {
    long lacking = 0;
    *extra = 0;
    if (silent) return 0;
    for (int i = 0; i < (int)n; i++) {
        if (clients[i].stalled || clients[i].state != OPEN) continue;
        long expected = (*ack ? accepted_in[number_of(&clients[i]) % (int)groups] : sent) + (long)others;
        if (clients[i].got < expected) lacking += expected - clients[i].got; else *extra += clients[i].got - expected;
    }
    return lacking;
}

static void report(double took) {
    long extra, lacking = missing(&extra);
    printf("{\"event\":\"result\",\"seconds\":%.4f,\"deliveries\":%ld,\"accepted\":%.0f,\"sent\":%ld,\"errors\":%ld,"
           "\"missing\":%ld,\"extra\":%ld,\"closed\":%d,\"given_up\":%ld,\"cpu\":%.4f,\"accepted_ever\":%ld,"
           "\"delivered_ever\":%ld", took, delivered_before, measured, sent_before, errors, lacking, extra, closed, given_up,
           cpu_used, accepted, delivered);
    print_counts("delays", delays);
    printf("}\n");
    memset(delays, 0, sizeof delays);
    for (int i = 0; i < total; i++) clients[i].pending = 0;
    outstanding = 0;
    fflush(stdout);
}

static bool all_arrived(void) {
    long extra;
    return !outstanding && !missing(&extra);
}

static void produce(void) {
    if (rate) {
        while (due <= now) { if (!send_next()) given_up++; due += 1 / rate; }
    } else {
        if (outstanding >= window && now - last_received > 30) { /* it dropped messages */
            given_up += outstanding, outstanding = 0, last_received = now;
            for (int i = 0; i < total; i++) clients[i].pending = 0;
        }
        while (outstanding < window && send_next()) {}
    }
}

/* Does what is due: ends a phase, sends at the rate, or gives up. */
static void step(void) {
    if (phase == GATHERING) {
        while (begun < total && (pace ? begun < (now - connecting_began) * pace : begun - open_now < flight)) {
            begin(&clients[begun], begun);
            begun++;
        }
        if (open_now == total && now - last_received > quiet) enter(READY);
        else if (now - connecting_began > timeout) die("not all clients are connected", "in time");
    } else if (phase == WARM && now - phase_began >= warm) {
        enter(MEASURE);
    } else if (phase == MEASURE && now - phase_began >= seconds) {
        round_took = now - phase_began;
        enter(DRAIN);
    } else if (phase == DRAIN && (all_arrived() || now - last_received > patience || now - phase_began > timeout)) {
        report(round_took);
        phase = READY;
    }
    if (phase == WARM || phase == MEASURE) produce();
}

static void read_cookies(void) {
    FILE *file = fopen(cookies, "r");
    char *line = NULL;
    size_t room = 0;
    if (!file) die("no cookies:", cookies);
    for (ssize_t length; (length = getline(&line, &room, file)) > 0;) {
        line[strcspn(line, "\n")] = 0;
        cookie = realloc(cookie, (size_t)(cookie_count + 1) * sizeof *cookie);
        cookie[cookie_count++] = strdup(line);
    }
    fclose(file);
}

static void read_option(char *argument) {
    char *value = strchr(argument, '=');
    size_t o = 0, known = sizeof options / sizeof *options;
    if (value) *value++ = 0;
    while (o < known && strcmp(options[o].name, argument)) o++;
    if (!value || o == known) die("no such option:", argument);
    if (options[o].number) *options[o].number = atof(value); else *options[o].text = value;
}

/* Reads a line on the standard input: numbers for this round and later ones. */
static void read_line(void) {
    char line[1024];
    ssize_t length = read(0, line, sizeof line - 1);
    if (length <= 0) exit(0);
    line[length] = 0;
    for (char *word = strtok(line, " \n"); word; word = strtok(NULL, " \n")) read_option(word);
    if (phase != READY) return;
    now = clock_now();
    if (!listening) { enter(WARM); return; }
    phase = DRAIN, phase_began = last_received = now;
    round_took = measured = cpu_used = 0, delivered_before = sent_before = 0;
}

int main(int count, char **arguments) {
    struct epoll_event events[EVENTS];
    for (int i = 1; i < count; i++) read_option(arguments[i]);
    if (size < STAMP || size > MOST / 2) die("size must be from 24 to 4096", "");
    if (*cookies) read_cookies();
    total = (int)n + (int)http;
    clients = calloc((size_t)total, sizeof *clients);
    accepted_in = calloc((size_t)groups, sizeof *accepted_in);
    epoll = epoll_create1(0);
    watch(NULL, EPOLLIN, EPOLL_CTL_ADD);
    now = connecting_began = last_received = received_at = clock_now();
    for (;;) {
        now = clock_now();
        step();
        bool producing = rate && (phase == WARM || phase == MEASURE);
        double rest = phase == READY ? 0.9 : producing && due < now + 0.01 ? due - now : 0.01;
        struct timespec limit = {0, rest > 0 ? (long)(rest * 1e9) : 0};
        int ready = epoll_pwait2(epoll, events, EVENTS, &limit, NULL);
        for (int i = 0; i < ready; i++) {
            struct client *c = events[i].data.ptr;
            if (!c) read_line();
            else if (c->state == CONNECTING) connected(c);
            else receive(c);
        }
    }
}
