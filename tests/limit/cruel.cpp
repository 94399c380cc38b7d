#include "queues.hpp"
// The cruel web: 10^5 requests in flight, written by hand (the scenario: tests/bench/cruel.json).
// Poisson(190/ms) -> network -> RR of 100 x 4 cores FCFS exp(1) -> one call (80 %) or two (20 %) of a database of 140 cores exp(.3),
// network before and after each hop exp(120); a call waits 1,000, a client 1,500; who is given up goes on unseen. Times in ms.
// Limits of time are constant, so their alarms are FIFO lanes beside the queue; a record is 32 bytes; an event names its record and its phase.
static constexpr double LAM = 190, HOP = 120, DBM = .3, CALL = 1000, CLIENT = 1500; static constexpr u32 NS = 100, NC = 4, NDB = 140;
enum Phase : u32 { ARRIVE, TO_WEB, WEB_DONE, TO_DB, DB_DONE, BACK_WEB, BACK_CLIENT };
struct R { double t0; u64 order; u32 gen; uint16_t web; uint8_t calls; bool in_call : 1, gone : 1, failed : 1, orphan : 1; u32 free; };
struct Alarm { double t; u32 idx, gen; uint8_t calls; };   // calls: of a call, which one
template <class T> struct Line { std::vector<T> v; u32 h = 0, t = 0, m; explicit Line(u32 cap) : v(cap), m(cap - 1) {} AINL void push(T x) { if (__builtin_expect(t - h > m, 0)) abort(); v[t++ & m] = x; } AINL T pop() { return v[h++ & m]; } AINL bool empty() const { return h == t; } AINL const T& front() const { return v[h & m]; } };
int main(int argc, char** argv) {
  double end = (argc > 1 ? atof(argv[1]) : 5) * 1000; double start = now_s();
  Wyrand ra(1), rh(2), rs(3), rd(4), rb(5); Hist H; auto& q = *new RadixS<6, 64, 64, 512>; u64 seq = 0, ev = 0, n = 0, ok = 0, failed = 0, late = 0; u32 fl = ~0u, rr = 0, dfree = NDB; double now = 0;
  std::vector<R> r; r.reserve(1 << 20); std::vector<u32> cores(NS, NC); std::vector<Line<u32>> line(NS, Line<u32>(1 << 12)); Line<Alarm> dline(1 << 16), calls(1 << 20), clients(1 << 20);
  auto at = [&](double t, Phase p, u32 i) __attribute__((always_inline)) { r[i].order = ++seq; q.push(Ev{d2k(t), (seq << 24) | (p << 21) | i}); };
  auto take = [&]() __attribute__((always_inline)) { u32 i = fl; if (__builtin_expect(i == ~0u, 0)) { i = r.size(); r.push_back(R{}); } else fl = r[i].free; R& x = r[i]; x.in_call = x.gone = x.failed = x.orphan = false; return i; };
  auto drop = [&](u32 i) __attribute__((always_inline)) { ++r[i].gen; r[i].free = fl; fl = i; };
  auto ask = [&](u32 i) __attribute__((always_inline)) { r[i].in_call = true; calls.push({now + CALL, i, r[i].gen, r[i].calls}); at(now + exp_zig(rh) * HOP, TO_DB, i); };
  auto open = [&](const Alarm& a) __attribute__((always_inline)) { const R& x = r[a.idx]; return x.gen == a.gen && x.in_call && x.calls == a.calls; };
  auto unseen = [&] { u32 i = take(); r[i].orphan = true; return i; };   // what a caller that has given up has sent
  auto query = [&](u32 i) __attribute__((always_inline)) { if (dfree) { --dfree; at(now + exp_zig(rd) * DBM, DB_DONE, i); } else dline.push({0, i, r[i].gen, r[i].calls}); };
  u32 source = take(); at(exp_zig(ra) / LAM, ARRIVE, source);
  for (;;) {
    Ev e = q.pop(); double t = k2d(e.t); if (t > end) break;
    while (!calls.empty() && calls.front().t < t) { Alarm a = calls.pop(); if (open(a)) { R& x = r[a.idx]; x.in_call = false; x.failed = true; at(std::max(t, a.t + exp_zig(rh) * HOP), BACK_CLIENT, a.idx); } }   // not before t, which has left the queue
    while (!clients.empty() && clients.front().t < t) { Alarm a = clients.pop(); R& x = r[a.idx]; if (x.gen == a.gen) { x.gone = true; ++late; H.add(CLIENT); } }
    auto& soon = q.bot.a.v; if (soon.size() >= 4) __builtin_prefetch(&r[soon[soon.size() - 4].s & 0x1fffff]);
    now = t; u32 i = e.s & 0x1fffff; Phase p = Phase((e.s >> 21) & 7); ++ev; bool mine = r[i].order == e.s >> 24;
    switch (p) {
      case ARRIVE: { u32 k = take(); R& x = r[k]; x.t0 = t; x.calls = u01(rb) < .2 ? 2 : 1; x.web = rr; rr = rr + 1 == NS ? 0 : rr + 1; ++n; clients.push({t + CLIENT, k, x.gen, 0}); at(t + exp_zig(rh) * HOP, TO_WEB, k); at(t + exp_zig(ra) / LAM, ARRIVE, source); break; }
      case TO_WEB: { u32 w = r[i].web; if (cores[w]) { --cores[w]; at(t + exp_zig(rs), WEB_DONE, i); } else line[w].push(i); break; }
      case WEB_DONE: { u32 w = r[i].web; if (!line[w].empty()) at(t + exp_zig(rs), WEB_DONE, line[w].pop()); else ++cores[w]; ask(i); break; }
      case TO_DB: query(mine ? i : unseen()); break;
      case DB_DONE: ++dfree; if (mine && r[i].orphan) drop(i); else if (mine) at(t + exp_zig(rh) * HOP, BACK_WEB, i);
        if (!dline.empty()) { Alarm a = dline.pop(); --dfree; u32 k = open(a) ? a.idx : unseen(); at(t + exp_zig(rd) * DBM, DB_DONE, k); } break;
      case BACK_WEB: if (!mine) break; r[i].in_call = false; if (--r[i].calls) ask(i); else at(t + exp_zig(rh) * HOP, BACK_CLIENT, i); break;
      case BACK_CLIENT: if (!r[i].gone) { H.add(t - r[i].t0); ++(r[i].failed ? failed : ok); } drop(i);
    }
  }
  double took = now_s() - start;
  printf("{\"peer\":\"LIMIT:cruel\",\"requests\":%lu,\"events\":%lu,\"cpu_s\":%.6f,\"in_flight\":%lu,\"available\":%.5f,\"mean_ms\":%.3f,\"peak_mb\":%.1f}\n", n, ev, took, n - ok - failed - late, (double)ok / (ok + failed + late), H.mean(), peak_rss_mb());
}
