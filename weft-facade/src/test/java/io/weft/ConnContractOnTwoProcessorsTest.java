package io.weft;

/** The connection contract with two Ps. */
class ConnContractOnTwoProcessorsTest extends GoroutineConnContract {

    ConnContractOnTwoProcessorsTest() {
        super(2);
    }
}
