/* The pipeline as a C program: the algorithm of the kernel, written by hand for this one model.
 *
 * A tick is an index: what falls due at it is a list through `link`; a queue holds ranks in order and creeps through its room. An instant
 * drains what is due, then grants what can be had, until nothing is due. Build: gcc -O3 -march=native -shared -fPIC.
 */

typedef long long integer;

enum { LAND, PERMIT, DESIGN, START, BUILD, STAGES };

typedef struct {
    integer horizon, projects, stock, capacity[STAGES], tranches;
    const integer *tranche_ticks, *tranche_amounts;
    integer *head, *arriving, *next, *link, *queue;
} city;

typedef struct {
    const integer *arrival, *land, *planned, *work;
    integer *requested, *began, *ended;
    integer now, free[STAGES], first[STAGES], size[STAGES], due[STAGES], grant;
} replication;

static inline void look_again(const city *c, integer item, integer tick) {
    if (tick <= c->horizon) {
        c->link[item] = c->head[tick];
        c->head[tick] = item;
    }
}

static inline void begin_work(const city *c, replication *r, integer item) {
    r->began[item] = r->now;
    look_again(c, item, r->now + r->work[item]);
}

static inline void wake(replication *r, integer stage) {
    if (r->size[stage]) r->due[stage] = r->grant = 1;
}

static inline void ask(const city *c, replication *r, integer project, integer stage, integer item) {
    r->requested[item] = r->now;
    if (stage == START) {
        begin_work(c, r, item);
        return;
    }
    integer *queue = c->queue + stage * c->projects + r->first[stage], rank = r->now * c->projects + project, end = r->size[stage]++;
    while (end > 0 && queue[end - 1] > rank) {
        queue[end] = queue[end - 1];
        end--;
    }
    queue[end] = rank;
    wake(r, stage);
}

static inline void reach(const city *c, replication *r, integer project, integer stage) {
    integer item = project * STAGES + stage;
    if (stage == START && r->planned[project] > r->now)
        look_again(c, item, r->planned[project]);
    else
        ask(c, r, project, stage, item);
}

static inline void serve(const city *c, replication *r, integer stage) {
    integer *queue = c->queue + stage * c->projects + r->first[stage], size = r->size[stage], served = 0;
    while (served < size) {
        integer project = queue[served] % c->projects, amount = stage == LAND ? r->land[project] : 1;
        if (r->free[stage] < amount) break;
        r->free[stage] -= amount;
        begin_work(c, r, project * STAGES + stage);
        served++;
    }
    r->first[stage] += served;
    r->size[stage] -= served;
}

static void run(const city *c, replication *r) {
    integer tranche = 0, items = c->projects * STAGES;
    for (integer item = 0; item < items; item++) r->requested[item] = r->began[item] = r->ended[item] = -1;
    for (integer tick = 0; tick <= c->horizon; tick++) c->head[tick] = c->arriving[tick] = -1;
    for (integer stage = 0; stage < STAGES; stage++) {
        r->free[stage] = stage == LAND ? c->stock : c->capacity[stage];
        r->first[stage] = r->size[stage] = r->due[stage] = 0;
    }
    for (integer project = c->projects - 1; project >= 0; project--)
        if (r->arrival[project] <= c->horizon) {
            c->next[project] = c->arriving[r->arrival[project]];
            c->arriving[r->arrival[project]] = project;
        }
    r->grant = 0;
    for (r->now = 0; r->now <= c->horizon; r->now++) {
        while (tranche < c->tranches && c->tranche_ticks[tranche] == r->now) {
            r->free[LAND] += c->tranche_amounts[tranche++];
            wake(r, LAND);
        }
        for (integer project = c->arriving[r->now]; project >= 0; project = c->next[project]) reach(c, r, project, LAND);
        for (;;) {
            integer item;
            while ((item = c->head[r->now]) >= 0) {
                integer project = item / STAGES, stage = item % STAGES;
                c->head[r->now] = c->link[item];
                if (r->began[item] < 0) {
                    ask(c, r, project, stage, item);
                    continue;
                }
                r->ended[item] = r->now;
                if (stage != LAND && stage != START) {
                    r->free[stage]++;
                    wake(r, stage);
                }
                if (stage < BUILD) reach(c, r, project, stage + 1);
            }
            if (!r->grant) break;
            r->grant = 0;
            for (integer stage = 0; stage < STAGES; stage++)
                if (r->due[stage]) {
                    r->due[stage] = 0;
                    serve(c, r, stage);
                }
        }
    }
}

/* Rows of replications, one behind the other in every array. */
void city_years(integer rows, const city *c, const integer *arrival, const integer *land, const integer *planned, const integer *work,
                integer *requested, integer *began, integer *ended) {
    for (integer row = 0; row < rows; row++) {
        integer projects = row * c->projects, items = projects * STAGES;
        replication r = {arrival + projects, land + projects, planned + projects, work + items,
                         requested + items, began + items, ended + items, 0, {0}, {0}, {0}, {0}, 0};
        run(c, &r);
    }
}
