"""The figures of a benchmark as one Markdown table; also for an old bench.json: report.py var/bench/bench.json."""
import json
import sys


def number(value):
    """Three digits that count."""
    if value is None:
        return '-'
    if value >= 1000:
        return f'{value:,.0f}'
    return f'{value:.3g}'


def several(names, form=' / '):
    return lambda m: form.join(number(m.get(name)) for name in names)


def one(name):
    return several([name])


def percentiles(name):
    return several([f'{name}.p50', f'{name}.p95', f'{name}.p99'])


def ratio(over, under):
    """How many times `over` is of `under`, at the same percentiles."""
    def show(m):
        pairs = [(m.get(f'{over}.{p}'), m.get(f'{under}.{p}')) for p in ('p50', 'p95', 'p99')]
        return ' / '.join(f'{a / b:.2f}x' if a is not None and b else '-' for a, b in pairs)
    return show


def plain_ratio(over, under):
    def show(m):
        return f'{m[over] / m[under]:.2f}x' if over in m and m.get(under) else '-'
    return show


def pressed(load):
    """Of an open loop: 200s and 503s a second, times of the 200s, memory."""
    x = f'pressure.x{load}.'
    return several([x + 'http.per_s', x + 'http.refused_per_s', x + 'http.ms.p50', x + 'http.ms.p99',
                    x + 'rss_before_mib', x + 'rss_after_mib'])


def parts(m):
    names = sorted((n for n in m if n.startswith('index.bytes.') and n != 'index.bytes.all'), key=lambda n: -m[n])
    return ', '.join(f'{name.rsplit(".", 1)[1]} {number(m[name])}' for name in names)


ROWS = [
    ('set: bytes per record', one('set.bytes_per_record')),
    ('**indexing**, records/s on the wall', one('index.records_per_s')),
    ('- CPU ms per record; peak memory MiB', several(['index.cpu_ms_per_record', 'index.peak_mib'], '; ')),
    ('- by Snowball stems alone: records/s; CPU ms per record',
     several(['stems.records_per_s', 'stems.cpu_ms_per_record'], '; ')),
    ('- CPU with the Finnish analysis to that', plain_ratio('index.cpu_ms_per_record', 'stems.cpu_ms_per_record')),
    ('- analysis alone, records/s, cold / warm cache',
     several(['analyse.cold.records_per_s', 'analyse.warm.records_per_s'])),
    ('- the same: warm to cold', plain_ratio('analyse.warm.records_per_s', 'analyse.cold.records_per_s')),
    ('- µs per token, cold / warm; tokens per record',
     several(['analyse.cold.us_per_token', 'analyse.warm.us_per_token', 'analyse.tokens_per_record'])),
    ('- cache hits %, cold / warm', several(['analyse.cold.cache_hit_percent', 'analyse.warm.cache_hit_percent'])),
    ('**index**, bytes per record', one('index.bytes.all')),
    ('- by part', parts),
    ('- to the set', plain_ratio('index.bytes.all', 'set.bytes_per_record')),
    ('**search step**, warm, ms CPU p50 / p95 / p99', percentiles('search.warm.cpu_ms')),
    ('- postings cold', percentiles('search.cold.cpu_ms')),
    ('- cold to warm', ratio('search.cold.cpu_ms', 'search.warm.cpu_ms')),
    ('- understanding the query, ms p50 / p95 / p99',
     several(['search.stage.query.wall_ms.p50', 'search.stage.query.wall_ms.p95', 'search.stage.query.wall_ms.p99'])),
    ('- stages, ms p50: match / count / rank',
     several(['search.stage.match.wall_ms.p50', 'search.stage.count.wall_ms.p50', 'search.stage.rank.wall_ms.p50'])),
    ('- words alone, warm (all facets counted)', percentiles('search.words.cpu_ms')),
    ('- Xapian, same words: bare top 20, no facets', percentiles('search.xapian.cpu_ms')),
    ('- **ours to Xapian, same words**', ratio('search.words.cpu_ms', 'search.xapian.cpu_ms')),
    ('- the same with postings cold', ratio('search.words_cold.cpu_ms', 'search.xapian.cpu_ms')),
    ('- words that are relaxed, ours', percentiles('search.words_relaxed.cpu_ms')),
    ('- any of these words, Xapian', percentiles('search.xapian_relaxed.cpu_ms')),
    ('- **ours to Xapian, relaxed**', ratio('search.words_relaxed.cpu_ms', 'search.xapian_relaxed.cpu_ms')),
    ('- Xapian without document lengths (b = 0)', percentiles('search.xapian_no_lengths.cpu_ms')),
    ('- Xapian with an exact total', percentiles('search.xapian_exact_total.cpu_ms')),
    ('- hits a query, mean', one('search.mean_total')),
    ('**rendering** the answer, ms CPU p50 / p95 / p99', percentiles('search.render.cpu_ms')),
    ('- bytes of an answer, mean', one('search.answer_bytes')),
    ('**suggestions** as one types, warm, ms CPU p50 / p95 / p99', percentiles('suggest.warm.plain.cpu_ms')),
    ('- with filters at hand (area, audience …)', percentiles('suggest.warm.listed.cpu_ms')),
    ('- with filters decided row by row (weekday, time, age, distance)', percentiles('suggest.warm.computed.cpu_ms')),
    ('- postings cold at the start', percentiles('suggest.first.plain.cpu_ms')),
    ('- postings cold at each word', percentiles('suggest.cold.plain.cpu_ms')),
    ('- the same, with filters at hand', percentiles('suggest.cold.listed.cpu_ms')),
    ('- the same, with filters decided row by row', percentiles('suggest.cold.computed.cpu_ms')),
    ('**HTTP**, 1 client, ms p50 / p95 / p99', percentiles('clients1.http.ms')),
    ('- 8 clients', percentiles('clients8.http.ms')),
    ('- first requests after the start, 1 client', percentiles('first.http.ms')),
    ('- queries/s, 1 / 8 clients', several(['clients1.http.per_s', 'clients8.http.per_s'])),
    ('- 8 clients to 1', plain_ratio('clients8.http.per_s', 'clients1.http.per_s')),
    ('- server CPU ms a request, 1 / 8 clients', several(['clients1.http.cpu_ms', 'clients8.http.cpu_ms'])),
    ('**overload**: sustainable, 8 clients: queries/s; ms p50 / p99',
     several(['pressure.closed.http.per_s', 'pressure.closed.http.ms.p50', 'pressure.closed.http.ms.p99'])),
    ('- asked 0.7x of that: 200s/s; 503s/s; ms p50 / p99 of 200s; RSS MiB before / after', pressed(0.7)),
    ('- asked 1x', pressed(1)),
    ('- asked 3x', pressed(3)),
    ('- p99 of 200s, 3x to 1x', plain_ratio('pressure.x3.http.ms.p99', 'pressure.x1.http.ms.p99')),
    ('- p99 of 200s, 3x to 0.7x', plain_ratio('pressure.x3.http.ms.p99', 'pressure.x0.7.http.ms.p99')),
    ('**switch** under 8 clients: how many; slowest answer, ms',
     several(['switch.count', 'switch.under.http.ms.max'])),
    ('- ms p99 without / with switches', several(['switch.still.http.ms.p99', 'switch.under.http.ms.p99'])),
    ('- slowest answer with switches to p99 without', one('switch.slowest_to_p99')),
    ('**start-up**, exec to ready, ms', one('startup_ms')),
    ('**memory** at rest, RSS / PSS MiB', several(['memory.rest.rss_mib', 'memory.rest.pss_mib'])),
    ('- after load', several(['memory.load.rss_mib', 'memory.load.pss_mib'])),
]


def kind_rows(sizes):
    """The search step by kind of query, as the log names them."""
    kinds = sorted({name.split('.')[2] for m in sizes.values() for name in m if name.startswith('search.kind.')})
    return [(f'- {kind} queries, warm', percentiles(f'search.kind.{kind}.cpu_ms')) for kind in kinds]


def table(facts, sizes):
    lines = [f'{facts["cpu"]}, {facts["cores"]} cores; load {facts["load_before"]:.1f} before, '
             f'{facts["load_after"]:.1f} after; {facts["date"]}, {facts["revision"]}, {facts["minutes"]:.0f} min.', '',
             '| medians | ' + ' | '.join(f'{size:,} records' for size in sizes) + ' |',
             '|---|' + '---|' * len(sizes)]
    rows = list(ROWS)
    after = next(i for i, row in enumerate(rows) if row[0].startswith('- stages'))
    rows[after + 1:after + 1] = kind_rows(sizes)
    lines += [f'| {label} | ' + ' | '.join(show(m) for m in sizes.values()) + ' |' for label, show in rows]
    return '\n'.join(lines)


def main():
    with open(sys.argv[1]) as file:
        bench = json.load(file)
    print(table(bench['machine'], {int(size): b['medians'] for size, b in bench['sizes'].items()}))


if __name__ == '__main__':
    main()
