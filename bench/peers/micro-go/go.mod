module weft.io/bench/micro

go 1.23
