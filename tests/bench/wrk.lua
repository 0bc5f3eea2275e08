-- Asks a log of queries: each thread goes through it from a place of its own.
--   QUERIES=var/bench/queries-110000.tsv EXTRA='&facets=' wrk -t2 -c8 -d10s --latency -s tests/bench/wrk.lua http://127.0.0.1:8080
local paths, at = {}, 0

function setup(thread)
  started = (started or 0) + 1
  thread:set("first", (started - 1) * 377)
end

function init()
  for line in io.lines(os.getenv("QUERIES")) do
    local query = line:match("\t(.*)")
    if query then paths[#paths + 1] = "/api/v1/search?" .. query .. (os.getenv("EXTRA") or "") end
  end
  at = first
end

function request()
  at = at + 1
  return wrk.format("GET", paths[at % #paths + 1])
end
