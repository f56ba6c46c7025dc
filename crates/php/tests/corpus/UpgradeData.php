<?php
namespace Acme\Sync\Setup;

class UpgradeData implements \Magento\Framework\Setup\UpgradeDataInterface
{
    use Names;

    public function __construct(
        private readonly \Magento\Integration\Api\IntegrationServiceInterface $service,
        private ?\Acme\Sync\Model\Config $config = null,
    ) {
    }

    public function upgrade($setup, $context)
    {
        switch (true) {
            case version_compare($context->getVersion(), '1.0.1', '<'):
                $this->service->create(['name' => 'One', ...['status' => 1]]);
                // no break
            case version_compare($context->getVersion(), '1.0.2') === -1:
                $make = fn ($name) => $this->service->create(compact('name'));
                $make('Two');
                break;
            default:
                return match ($this->config?->mode()) { 'a', 'b' => 1, default => null };
        }
        for ($i = 0, $n = []; $i < 3; ++$i) {
            $n[$i] ??= $i ** 2 . 'x';
        }
        [$a, [, $b]] = [1, [2, 3]];
        $setup->getConnection()->insert('t', ['a' => (string) $a, 'b' => $b <=> 2]);
    }
}
