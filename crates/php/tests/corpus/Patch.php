<?php
declare(strict_types=1);

namespace Acme\Sync\Setup\Patch\Data;

use Magento\Framework\Setup\Patch\{DataPatchInterface, PatchRevertableInterface, PatchVersionInterface};
use Magento\Integration\Model\ConfigBasedIntegrationManager as Manager;

final class Patch implements DataPatchInterface, PatchVersionInterface, PatchRevertableInterface
{
    public function __construct(private readonly Manager $manager, private array $names = ['A', 'B'])
    {
    }

    public function apply(): self
    {
        $this->manager->processIntegrationConfig(array_map(static fn (string $n): string => "x$n", $this->names));
        return $this;
    }

    public function revert(): void
    {
    }

    public static function getDependencies(): array
    {
        return [\Acme\Sync\Setup\Patch\Data\First::class, Second::class];
    }

    public function getAliases(): array
    {
        return [];
    }

    public static function getVersion()
    {
        return '1.0.1';
    }
}
