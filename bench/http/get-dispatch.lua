-- Asks for dispatches at random, of those that BENCH_IDS lists.
local ids = {}
for id in io.lines(os.getenv("BENCH_IDS")) do ids[#ids + 1] = id end
wrk.headers["Authorization"] = "Bearer " .. os.getenv("BENCH_TOKEN")
wrk.headers["x-tenant-id"] = os.getenv("BENCH_TENANT")
request = function() return wrk.format("GET", "/v1/dispatches/" .. ids[math.random(#ids)]) end
